//! The page. See `storekeeper::ui`.

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
fn main() {
    page::start();
}

/// A page just large enough to show that the two programs find each other.
#[cfg(target_arch = "wasm32")]
mod page {
    use leptos::prelude::*;
    use leptos_router::components::{Route, Router, Routes};
    use leptos_router::{StaticSegment, WildcardSegment};
    use storekeeper::browser::build;
    use wasm_bindgen::{JsCast, closure::Closure};

    pub(super) fn start() {
        leptos::mount::mount_to_body(App);
    }

    #[component]
    fn App() -> impl IntoView {
        let (engine, set_engine) = signal("The engine is starting.".to_owned());
        if let Some(url) = build::engine_url() {
            let options = web_sys::WorkerOptions::new();
            options.set_type(web_sys::WorkerType::Module);
            if let Ok(worker) = web_sys::Worker::new_with_options(&url, &options) {
                let heard = Closure::<dyn Fn(web_sys::MessageEvent)>::new(
                    move |event: web_sys::MessageEvent| {
                        let said = match build::engine_refusal(&event.data()) {
                            Some(reason) => reason,
                            None => {
                                let id = js_sys::Uint8Array::new(&event.data()).to_vec();
                                if id == build::build_id().into_bytes() {
                                    "The engine is ready.".to_owned()
                                } else {
                                    "The engine is of another build.".to_owned()
                                }
                            }
                        };
                        set_engine.set(said);
                    },
                );
                worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
                heard.forget();
                std::mem::forget(worker);
            }
        }
        view! {
            <Router>
                <main>
                    <h1>"Storekeeper"</h1>
                    <p role="status">{engine}</p>
                    <Routes fallback=|| view! { <p>"There is nothing at this address."</p> }>
                        <Route path=StaticSegment("") view=|| view! { <p>"Home"</p> } />
                        <Route path=WildcardSegment("any") view=|| view! { <p>"Elsewhere"</p> } />
                    </Routes>
                </main>
            </Router>
        }
    }
}
