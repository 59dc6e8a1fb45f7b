use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::problem::Problem;

/// An object with its revision as `ETag`.
pub(crate) fn with_etag<T: Serialize>(status: StatusCode, revision: i64, body: T) -> Response {
    let mut response = (status, Json(body)).into_response();
    // Digits and quotes are a header's.
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{revision}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// The revision that `If-Match` asks for; none when it asks for none, or any.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    // One that is none of ours matches nothing.
    let revision = text
        .strip_prefix("W/")
        .unwrap_or(text)
        .trim_matches('"')
        .parse();
    revision.map(Some).map_err(|_| Problem::stale())
}

/// So often a change is tried that meets others.
const TRIES: usize = 20;

/// Refuses what was meant for another revision than is there.
pub(crate) fn same_revision(expected: Option<i64>, revision: i64) -> Result<(), Problem> {
    match expected {
        Some(expected) if expected != revision => Err(Problem::stale()),
        _ => Ok(()),
    }
}

/// Makes a change that reads what there is and writes it back; when somebody else changed it in
/// between, once more on what is there then, unless `If-Match` asked for a certain revision.
pub(crate) async fn with_retries<T, F: Future<Output = Result<T, Problem>>>(
    expected: Option<i64>,
    change: impl Fn() -> F,
) -> Result<T, Problem> {
    for _ in 1..TRIES {
        match change().await {
            Err(problem) if expected.is_none() && problem.is_stale() => {}
            made => return made,
        }
    }
    change().await
}
