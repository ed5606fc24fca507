//! The one door through which requests to a store leave, no faster than the store allows.
//!
//! In: a request. Out: its answer, after its turn. Must never know: what is asked, or what an answer means beyond its status.

use super::hands::Hands;
use crate::api::answer::{self, Answered};
use crate::api::{Request, Transport};
use crate::send::Limits;
use crate::send::pace::Pace;
use std::cell::RefCell;
use std::rc::Rc;

/// The way to one store, for reading and for changing alike: a store counts all requests.
#[derive(Clone)]
pub struct Gate {
    transport: Rc<dyn Transport>,
    pace: Rc<RefCell<Pace>>,
}

impl Gate {
    /// A gate before a transport, at the pace that its host is known to allow.
    #[must_use]
    pub fn new(transport: Rc<dyn Transport>, pace: Rc<RefCell<Pace>>) -> Self {
        Self { transport, pace }
    }

    /// Waits for its turn.
    pub async fn turn(&self, hands: &dyn Hands) {
        loop {
            let wait = self.pace.borrow_mut().leave(hands.now());
            if wait == 0 {
                return;
            }
            hands.sleep(u32::try_from(wait).unwrap_or(u32::MAX)).await;
        }
    }

    /// Sends a request whose turn it is, once.
    pub async fn send(&self, hands: &dyn Hands, request: Request) -> Answered {
        let answered = self.transport.send(request).await;
        let mut pace = self.pace.borrow_mut();
        match &answered {
            Ok(response) if response.status == 429 => {
                let wall = u64::try_from(hands.wall().millis()).unwrap_or(0);
                pace.refused(&Limits::DEFAULT, answer::retry_after(response), wall, hands.now());
            }
            Ok(_) => pace.taken(),
            Err(_) => {}
        }
        answered
    }
}
