use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_engine::access::hash_token;
use offhook_engine::configuration::LiveSource;

use crate::App;
use crate::layers::Client;

/// No source of the wished kind has this token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrongToken {
    /// One of few.
    Unknown,
    /// Ten in a minute came from this address: its wrong ones get 429, right ones are served as ever.
    TooMany { retry_after_seconds: i64 },
}

/// The source that a token opens, if `fits` it.
pub(super) async fn opened(
    app: &App,
    client: &Client,
    token: &str,
    fits: impl Fn(&LiveSource) -> bool,
    now: UnixMillis,
) -> Result<Arc<LiveSource>, WrongToken> {
    let hash = hash_token(token);
    let find = || {
        let snapshot = app.configuration.now();
        (snapshot
            .source_by_token(hash, now)
            .filter(|source| fits(source)))
        .cloned()
    };
    if let Some(source) = find() {
        return Ok(source);
    }
    let throttle = app.wrong_tokens();
    if let Some(retry_after_seconds) = throttle.retry_after_seconds(&client.address, now) {
        return Err(WrongToken::TooMany {
            retry_after_seconds,
        });
    }
    // It may be a moment old, made by a command beside the server.
    app.configuration.catch_up().await;
    find().ok_or_else(|| {
        throttle.failed(client.address, now);
        WrongToken::Unknown
    })
}
