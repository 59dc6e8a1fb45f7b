//! What every request goes through, whichever way it takes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use futures_util::FutureExt;
use http::Request;
use hyper::body::Incoming;
use tower::ServiceExt;

use crate::App;
use crate::endpoints::Endpoint;
use crate::layers::{client, normalize_path, panic_problem, secure};
use crate::router::router;

/// The routes, and what is around them: one step, since each layer of a router costs every request
/// a few allocations.
#[derive(Clone)]
pub struct Front {
    app: App,
    routes: Router,
}

impl Front {
    /// Everything the server answers. `page` answers what is no part of the API.
    pub fn new(app: App, page: Router) -> Self {
        Self {
            routes: router(app.clone(), page),
            app,
        }
    }

    /// Answers a request that came from this address.
    pub(crate) async fn answer(
        self: Arc<Self>,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> Result<Response, Infallible> {
        let answered = AssertUnwindSafe(self.route(peer, request)).catch_unwind();
        let mut response = match answered.await {
            Ok(response) => response,
            Err(panic) => panic_problem(panic.as_ref()),
        };
        secure(response.headers_mut());
        Ok(response)
    }

    async fn route(&self, peer: SocketAddr, request: Request<Incoming>) -> Response {
        let (mut parts, body) = request.into_parts();
        if let Some(uri) = normalize_path(&parts.uri) {
            parts.uri = uri;
        }
        let client = client(&self.app, peer.ip().to_canonical(), &parts.headers);
        if let Some(endpoint) = Endpoint::at(&parts.method, parts.uri.path()) {
            return endpoint.answer(&self.app, &client, &parts, body).await;
        }
        parts.extensions.insert(client);
        let request = Request::from_parts(parts, Body::new(body));
        let Ok(response) = self.routes.clone().oneshot(request).await;
        response
    }
}
