//! A request as it is kept for looking at: bounded, with secrets masked.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use offhook_core::UnixMillis;
use offhook_engine::Taken;
use offhook_engine::configuration::LiveSource;
use offhook_engine::store::RecordedRequest;
use offhook_wire::{mask, zammad};

use super::dialect::Answer;
use crate::App;
use crate::layers::Client;

/// Sent and answered texts are cut to this many bytes, as Zammad does.
pub(super) const MOST_TEXT: usize = 8000;

#[expect(
    clippy::too_many_arguments,
    reason = "all that is known of a request, in one place"
)]
pub(super) fn record(
    app: &App,
    client: &Client,
    source: Option<&Arc<LiveSource>>,
    token: &str,
    parts: &Parts,
    body: &Bytes,
    answer: &Answer,
    at: UnixMillis,
) {
    app.recorder.record(!answer.status.is_success(), || {
        let understood = answer.understood.as_ref();
        let call_id = match &answer.taken {
            Some(Taken::Kept { call, .. }) => Some(call.call_id.clone()),
            _ => understood.and_then(|said| said.body.call_id.clone()),
        };
        RecordedRequest {
            id: 0,
            at,
            source_id: source.map(|source| source.source.id),
            address: client.address.to_string(),
            method: parts.method.to_string(),
            path: cut(mask::path(parts.uri.path(), token)),
            sent: cut(sent(parts, body, token)),
            understood: understood.map(|said| zammad::understood(said, answer.call)),
            status: answer.status.as_u16(),
            answered: cut(mask::text(&text(&answer.body), token)),
            call_id,
        }
    });
}

fn sent(parts: &Parts, body: &[u8], token: &str) -> String {
    let mut sent = String::new();
    if let Some(query) = parts.uri.query() {
        sent.push('?');
        sent.push_str(&mask::body(query.as_bytes(), token));
        sent.push('\n');
    }
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = mask::text(mask::header(name.as_str(), &value), token);
        for part in [name.as_str(), ": ", &value, "\n"] {
            sent.push_str(part);
        }
    }
    sent.push('\n');
    sent.push_str(&mask::body(body, token));
    sent
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn cut(mut text: String) -> String {
    if text.len() > MOST_TEXT {
        let mut end = MOST_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
