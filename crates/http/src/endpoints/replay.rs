//! A recorded request, played once more through the same door, keeping nothing.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request};
use offhook_core::call::{Decision, Direction};
use offhook_engine::Taken;
use offhook_engine::configuration::LiveSource;
use offhook_engine::store::{RecordedRequest, SourceKind};
use offhook_wire::zammad;
use serde_json::Value;

use super::dialect::Dialect;
use super::door::answer;
use super::record::MOST_TEXT;
use crate::App;

/// What a recorded request is answered with now.
pub(crate) struct Replayed {
    pub(crate) status: u16,
    pub(crate) answered: String,
    pub(crate) decision: Option<Decision>,
    pub(crate) understood: Option<Value>,
    pub(crate) ignored: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

/// Plays a request for this source with its rules of now.
pub(crate) async fn replay(
    app: &App,
    source: &Arc<LiveSource>,
    request: &RecordedRequest,
) -> Replayed {
    let mut warnings = Vec::new();
    if request.sent.len() > MOST_TEXT {
        warnings.push("The request was too long to be recorded whole: its end is missing.".into());
    }
    let mut source = LiveSource {
        source: source.source.clone(),
        config: source.config.clone(),
    };
    let config = &mut source.config;
    if config.verify_signature || config.signature_secret.is_some() {
        // What was masked or cut is not what was signed.
        (config.verify_signature, config.signature_secret) = (false, None);
        warnings.push("The provider's signature is not checked here.".into());
    }
    let dialect = dialect(app, source.source.kind, &request.path);
    let (parts, body) = rebuilt(request);
    let answer = answer(
        app,
        &dialect,
        &Arc::new(source),
        "",
        &parts,
        &body,
        app.now(),
    )
    .await;
    let (decision, body) = match answer.taken {
        Some(Taken::Kept { call, decision, .. }) => {
            let body = dialect.answer(&decision, Some(call.folded.direction));
            (Some(decision), body)
        }
        _ => (None, answer.body),
    };
    let (mut understood, mut ignored) = (None, Vec::new());
    if let Some(said) = answer.understood {
        understood = serde_json::from_str(&zammad::understood(&said, answer.call)).ok();
        warnings.extend(said.warnings);
        ignored = said.ignored;
    }
    Replayed {
        status: answer.status.as_u16(),
        answered: String::from_utf8_lossy(&body).into_owned(),
        decision,
        understood,
        ignored,
        warnings,
    }
}

fn dialect(app: &App, kind: SourceKind, path: &str) -> Dialect {
    match kind {
        // A PBX that we connect to sends no requests.
        SourceKind::Generic | SourceKind::Asterisk | SourceKind::FreeSwitch => Dialect::Generic,
        SourceKind::Placetel => Dialect::Placetel,
        SourceKind::Sipgate => Dialect::Sipgate {
            path: path.rsplit('/').next().and_then(Direction::from_word),
            // Masked, as it was recorded.
            callback: format!("{}/api/v1/sipgate/***", app.public_url(None)),
        },
    }
}

/// The request as [`record`](super::record) wrote it down, with the wish that nothing is kept.
fn rebuilt(request: &RecordedRequest) -> (Parts, Bytes) {
    let (query, rest) = match request.sent.strip_prefix('?') {
        Some(sent) => sent.split_once('\n').unwrap_or((sent, "")),
        None => ("", request.sent.as_str()),
    };
    let (head, body) = match rest.strip_prefix('\n') {
        Some(body) => ("", body),
        None => rest.split_once("\n\n").unwrap_or((rest, "")),
    };
    let (mut parts, ()) = Request::new(()).into_parts();
    // What is no query any more since it was masked was none before.
    parts.uri = format!("/?{query}").parse().unwrap_or_default();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            parts.headers.append(name, value);
        }
    }
    let dry_run = HeaderValue::from_static("dry-run");
    parts.headers.insert("offhook-explain", dry_run);
    (parts, Bytes::copy_from_slice(body.as_bytes()))
}
