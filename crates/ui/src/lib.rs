//! The web page. Until it is built, a plain one that says where things are.

use axum::Router;
use axum::response::Html;
use axum::routing::get;

/// Answers what is no part of the API.
pub fn page() -> Router {
    Router::new().route("/", get(async || Html(include_str!("plain.html"))))
}
