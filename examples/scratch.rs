#![allow(missing_docs, clippy::unwrap_used)]
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
#[cfg(target_arch = "wasm32")]
fn main() {
    use leptos::prelude::*;
    use storekeeper::domain::settings::*;
    let hash = leptos::prelude::window().location().hash().unwrap();
    let mut s = Settings::default();
    let t = |v: &str| Some(SettingValue::Text(v.into()));
    let f = |v: bool| Some(SettingValue::Flag(v));
    let n = |v: u32| Some(SettingValue::Number(v));
    let mut put = |p: &str, v: Option<SettingValue>| s.set(&SettingPath::from(p), v);
    put("isEnabled", f(!hash.contains("off")));
    put("title", t("Practice Rewards Store"));
    put("description", t("Redeem your Coins for vouchers, treats and the odd surprise."));
    if hash.contains("old") {
        put("cover.type", t("image"));
        put("cover.value", t("https://cdn.example.com/c.png"));
        put("currency.name", t("Gems"));
        put("currency.symbol", t("◆"));
        put("widget.isEnabled", f(true));
    } else {
        put("cover.isEnabled", f(true));
        put(
            "cover.light",
            t(if hash.contains("pic") { "https://pics.example/cover.png" } else { "https://example.com/cover-light.png" }),
        );
        put("cover.dark", t(""));
        put("currency.isEnabled", f(true));
        put("currency.name", t("Coins"));
        put("currency.light", t("https://pics.example/coin.png"));
        put("currency.dark", t(""));
        put("widget.isEnabled", f(!hash.contains("off")));
        put("widget.accessMode", t("development"));
        put("widget.size.mode", t(if hash.contains("fixed") { "fixed" } else { "dynamic" }));
        put("widget.size.width", n(if hash.contains("big") { 1200 } else { 300 }));
        put("widget.size.height", n(if hash.contains("big") { 800 } else { 360 }));
        put("widget.appearance.light.name", t("violet-dream"));
        for (k, v) in [
            ("accent", "rgb(112, 72, 232)"),
            ("text", if hash.contains("pale") { "#999" } else { "rgb(33, 37, 41)" }),
            ("background", "rgb(255, 255, 255)"),
            ("divider", "rgba(0, 0, 0, 0.12)"),
            ("shadow", "rgba(0, 0, 0, 0.2)"),
        ] {
            put(&format!("widget.appearance.light.palette.{k}"), t(v));
        }
        put("widget.appearance.dark.name", t("black-beauty"));
        put("widget.callToAction.isEnabled", f(true));
        put("widget.callToAction.text", t("Join the community"));
        put("widget.callToAction.link", t("https://example.com/join"));
    }
    let settings = RwSignal::new(s);
    let pictures = RwSignal::new(hash.contains("pic"));
    leptos::mount::mount_to_body(move || {
        view! {
            <main>
            <div class="page-head"><h1 tabindex="-1">"Settings"</h1></div>
            <div class="with-preview">
                <div><section class="card"><h2>"Store"</h2><div class="field"><label for="t">"Title"</label><input id="t" on:input=move |e| { let v = event_target_value(&e); settings.update(|s| s.title = Some(v)) }/></div></section></div>
                {storekeeper::ui::preview(settings.into(), pictures)}
            </div>
            </main>
        }
    });
}
