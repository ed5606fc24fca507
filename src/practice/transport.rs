//! The service behind [`Transport`]: no network, no key.

use super::Service;
use crate::api::{Failure, Request, Response, Transport};
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::rc::Rc;

/// Something to wait for before each answer.
type Latency = Rc<dyn Fn() -> LocalBoxFuture<'static, ()>>;

/// Carries requests to a [`Service`] in the same memory. Clones speak to the same service.
#[derive(Clone)]
pub struct PracticeTransport {
    service: Rc<RefCell<Service>>,
    latency: Option<Latency>,
}

impl PracticeTransport {
    /// Answers at once.
    #[must_use]
    pub fn new(service: Rc<RefCell<Service>>) -> Self {
        Self { service, latency: None }
    }

    /// Waits before each request is handled, so that progress can be seen in the practice store, too. A request that is
    /// dropped while it waits was not handled.
    #[must_use]
    pub fn with_latency(self, latency: impl Fn() -> LocalBoxFuture<'static, ()> + 'static) -> Self {
        Self { latency: Some(Rc::new(latency)), ..self }
    }

    /// The service itself.
    #[must_use]
    pub fn service(&self) -> Rc<RefCell<Service>> {
        Rc::clone(&self.service)
    }
}

impl Transport for PracticeTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Failure>> {
        let Self { service, latency } = self.clone();
        Box::pin(async move {
            if let Some(latency) = latency {
                latency().await;
            }
            let (content_type, body) = request.body.map_or((None, Vec::new()), |body| (Some(body.media_type), body.bytes));
            // Only a caller that holds the service while it sends could make this fail.
            let mut service = service.try_borrow_mut().map_err(|_| Failure::Network)?;
            Ok(service.handle(request.method, &request.path, content_type.as_deref(), &body))
        })
    }
}
