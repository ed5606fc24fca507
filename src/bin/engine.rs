//! The engine. See `storekeeper::engine`.

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

/// Says that it is ready, and of which build it is.
#[cfg(target_arch = "wasm32")]
fn main() {
    use wasm_bindgen::JsCast;

    let id = storekeeper::browser::build::build_id();
    let bytes = js_sys::Uint8Array::from(id.as_bytes());
    if let Ok(scope) = js_sys::global().dyn_into::<web_sys::DedicatedWorkerGlobalScope>() {
        // Nobody can be told when even this fails; the page notices that no "ready" came.
        let _ = scope.post_message(&bytes);
    }
}
