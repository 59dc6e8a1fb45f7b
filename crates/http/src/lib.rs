//! The HTTP surface: endpoints for PBXs, the API, the live stream, the page.
//!
//! Architecture invariant: nothing here decides what an event means or how it is stored; handlers
//! read a request, call one use case of the engine, and write its answer.

mod api;
mod app;
mod auth;
mod endpoints;
mod front;
mod layers;
mod live;
mod metrics;
mod openapi;
mod problem;
mod router;
mod serve;

pub use app::{App, OutboxHandle, Parts, Public, RequestsHandle};
pub use front::Front;
pub use layers::TrustedProxies;
pub use openapi::openapi_json;
pub use serve::{Tls, TlsError, serve};
