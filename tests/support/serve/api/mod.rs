//! The practice service over real HTTP, on its own origin, with a script of faults: what end-to-end tests stand against.
//!
//! In: requests of a browser (or any client) on one port, orders of a test on another, which answers no page. Out: the
//! documented API below `/v1`, and misbehaviour as ordered. Must never know: the page and its files.
//!
//! The API's side speaks HTTP/1.1 by hand, since the faults that matter lie below it: a connection reset after the
//! request was applied, a body that ends before its announced length, no answer at all. Connections are kept alive, so
//! that a browser's own second sending over a dead connection can happen here as it does in the world.
//!
//! [`start`] starts both; `http` reads and writes, `world` answers, `fault` is the script, `control` takes orders.

mod control;
mod fault;
mod http;
mod world;

use http::Asked;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use world::{Ending, World};

/// A key that the API knows.
#[derive(Clone, Debug)]
pub struct Key {
    /// What the log calls it; the key itself is never in the log.
    pub name: String,
    /// The key.
    pub secret: String,
    /// Which community it belongs to: the number its store is made from.
    pub community: u64,
    /// Whether it has the permission `store`.
    pub has_permission: bool,
}

/// How the API starts, and what a reset returns to.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The keys.
    pub keys: Vec<Key>,
    /// Origins whose pages may call (`*` for all); none for all others.
    pub origins: Vec<String>,
    /// What `GET /stores` answers as `widget.apiKey`.
    pub widget_key: String,
}

impl Default for Settings {
    fn default() -> Self {
        let key = |name: &str, secret: &str, community, has_permission| Key {
            name: name.to_owned(),
            secret: secret.to_owned(),
            community,
            has_permission,
        };
        Self {
            keys: vec![
                key("main", "practice-key-main-0001", 1, true),
                key("second", "practice-key-second-0002", 1, true),
                key("powerless", "practice-key-powerless-0003", 1, false),
                key("other community", "practice-key-other-0004", 2, true),
            ],
            origins: vec!["*".to_owned()],
            widget_key: "canary".repeat(10) + "0000",
        }
    }
}

/// Where the two sides listen.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    /// The API; its base address is `http://{api}/v1`.
    pub api: SocketAddr,
    /// The control side: `http://{control}/__control/…`.
    pub control: SocketAddr,
}

type Shared = Arc<Mutex<World>>;

/// A panic elsewhere is that test's failure; the world stays usable for saying so.
fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts both sides on the current runtime and returns at once; they run until the runtime ends. Port 0 takes a free one.
///
/// # Errors
/// When an address cannot be listened on.
pub async fn start(api: &str, control: &str, settings: Settings) -> io::Result<Running> {
    let world = Arc::new(Mutex::new(World::new(settings)));
    let (api, control) = (TcpListener::bind(api).await?, TcpListener::bind(control).await?);
    let running = Running { api: api.local_addr()?, control: control.local_addr()? };
    let router = control::router(Arc::clone(&world));
    tokio::spawn(async move { axum::serve(control, router).await });
    tokio::spawn(async move {
        let mut number = 0;
        // An error to accept is the client's (it left) or the machine's (out of sockets): neither ends the server.
        loop {
            if let Ok((stream, _)) = api.accept().await {
                number += 1;
                tokio::spawn(converse(stream, number, Arc::clone(&world)));
            }
        }
    });
    Ok(running)
}

/// One connection, until either side ends it.
async fn converse(mut stream: TcpStream, connection: u64, world: Shared) {
    let _ = stream.set_nodelay(true);
    let mut buffer = Vec::new();
    while let Ok(Some(asked)) = http::read(&mut stream, &mut buffer).await {
        let is_last = asked.wants_close();
        let ending = answer(&asked, connection, &world).await;
        let written = match ending {
            Ending::Reply(reply) => http::write(&mut stream, &reply, reply.body.len()).await,
            Ending::Cut(reply, announced) => {
                let _ = http::write(&mut stream, &reply, announced).await;
                return;
            }
            Ending::Garbage => {
                let _ = http::write_raw(&mut stream, b"\x16\x03\x01\x00HTTP/9 what\r\n\x00\xff\r\n\r\n").await;
                return;
            }
            Ending::Hang => {
                http::wait_for_end(&mut stream).await;
                return;
            }
            Ending::Close => return,
            Ending::Reset => {
                let _ = stream.set_zero_linger();
                return;
            }
        };
        if written.is_err() || is_last {
            return;
        }
    }
}

async fn answer(asked: &Asked, connection: u64, world: &Shared) -> Ending {
    let (ticket, wait) = lock(world).receive(asked, connection);
    if wait.time > Duration::ZERO {
        tokio::time::sleep(wait.time).await;
    }
    if let Some(mut release) = wait.release {
        // An error is the end of the world, which releases everything.
        let _ = release.changed().await;
    }
    lock(world).answer(asked, ticket)
}
