//! What the API says when it can not do what was asked: RFC 9457, made in this one file.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use offhook_engine::store::{Conflict, StoreError};
use offhook_engine::text::InvalidText;
use serde::Serialize;
use tracing::error;
use utoipa::ToSchema;

/// An error of the API, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the `code` tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name of the status.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// A stable word for programs.
    code: &'static str,
    /// What was wrong and what to do, for people.
    detail: Box<str>,
    /// The same as `detail`, where Zammad has it.
    error: Box<str>,
    /// The field that was wrong, where it is one (`phones[1]`).
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Box<str>>,
    /// When to try again, in seconds.
    #[serde(skip)]
    retry_after_seconds: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = Box::from(detail.into());
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code,
            error: Box::clone(&detail),
            detail,
            field: None,
            retry_after_seconds: None,
        }
    }

    /// A value that can not be taken: 422 with the field's path.
    pub(crate) fn invalid(field: impl Into<String>, why: impl std::fmt::Display) -> Self {
        let field: String = field.into();
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            if field.is_empty() {
                why.to_string()
            } else {
                format!("{field}: {why}")
            },
        );
        problem.field = (!field.is_empty()).then(|| Box::from(field));
        problem
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Authentication required",
        )
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not authorized")
    }

    pub(crate) fn no_such_method() -> Self {
        let detail = "this address does not take such requests";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    }

    pub(crate) fn cross_site() -> Self {
        let detail = "this request comes from another site: use an API token";
        Self::new(StatusCode::FORBIDDEN, "cross_site", detail)
    }

    /// Nothing there, or out of sight, which must look the same.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("{what} not found"),
        )
    }

    pub(crate) fn stale() -> Self {
        let detail = "somebody else changed it meanwhile: load it again";
        Self::new(StatusCode::PRECONDITION_FAILED, "stale", detail)
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.code == "stale"
    }

    pub(crate) fn throttled(retry_after_seconds: i64, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", detail);
        problem.retry_after_seconds = u32::try_from(retry_after_seconds).ok();
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(failure: StoreError) -> Self {
        match failure {
            StoreError::Conflict(Conflict::Stale) => Self::stale(),
            StoreError::Conflict(conflict) => {
                let code = match conflict {
                    Conflict::LoginTaken => "login_taken",
                    Conflict::SourceNameTaken => "source_name_taken",
                    Conflict::SourceTokenTaken => "source_token_taken",
                    Conflict::LastAdmin => "last_admin",
                    Conflict::Stale => "stale",
                };
                Self::new(StatusCode::CONFLICT, code, conflict.to_string())
            }
            StoreError::Unavailable(why) => {
                error!(why, "the database is not available");
                let detail = "the database is not available at the moment: try again";
                let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
                problem.retry_after_seconds = Some(1);
                problem
            }
            // The reader can not mend it; the administrator finds it in the log.
            failure => {
                error!(%failure, "a request failed");
                let detail = "something is wrong with the server: its log says what";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
            }
        }
    }
}

impl From<InvalidText> for Problem {
    fn from(text: InvalidText) -> Self {
        Self::invalid(text.field, text.why)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
