use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use http::StatusCode;
use http::request::Parts;
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;

use crate::App;
use crate::problem::Problem;

/// A body of the API may have this many bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// A JSON body; what is wrong with it is a problem that names the field.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let body = Limited::new(request.into_body(), MOST_BYTES)
            .collect()
            .await
            .map_err(|_| {
                let detail = format!("the body ended early or is larger than {MOST_BYTES} bytes");
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
            })?;
        let body = body.to_bytes();
        // No body is an empty object: everything in it may be optional.
        let json = if body.is_empty() {
            b"{}".as_slice()
        } else {
            &body
        };
        let mut reader = serde_json::Deserializer::from_slice(json);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let field = if path == "." { String::new() } else { path };
            let why = error.into_inner();
            if why.is_syntax() || why.is_eof() {
                let detail = format!("the body is no JSON: {why}");
                Problem::new(StatusCode::BAD_REQUEST, "no_json", detail)
            } else {
                Problem::invalid(field, why)
            }
        })?;
        reader.end().map_err(|why| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "no_json",
                format!("the body is no JSON: {why}"),
            )
        })?;
        Ok(Self(value))
    }
}

/// A query string; what is wrong with it is a problem that names the parameter.
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(reader)
            .map(Self)
            .map_err(|error| {
                let field = error.path().to_string();
                Problem::invalid(field.trim_matches('.'), error.into_inner())
            })
    }
}

/// The parts of a path; what makes no sense is not found.
pub(crate) struct ApiPath<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for ApiPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = Path::from_request_parts(parts, app).await;
        path.map(|Path(path)| Self(path))
            .map_err(|_| Problem::not_found("page"))
    }
}
