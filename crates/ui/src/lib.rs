//! The web page, embedded: what `web/` built, compressed there already, or a plain page where it was
//! not built (see `build.rs`).

mod answer;
mod encoding;

use axum::Router;
use axum::routing::get;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/page"]
struct Files;

/// Answers what is no part of the API: the files of the page, and `index.html` for every other
/// address, since the page finds its way itself.
pub fn page() -> Router {
    Router::new()
        .route("/", get(answer::file))
        .route("/{*path}", get(answer::file))
}
