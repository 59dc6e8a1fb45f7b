//! The endpoint that calls are played against.

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use http::{StatusCode, Uri};
use offhook_core::UnixMillis;
use offhook_core::call::Direction;
use offhook_engine::clock::random_bytes;
use offhook_engine::out::{Client, Reach};

use super::call::Step;
use super::request::{Dialect, Request};

/// An endpoint, and how to speak to it.
#[derive(Debug)]
pub(crate) struct Endpoint {
    client: Client,
    /// `http://HOST:PORT`
    host: String,
    /// Path and query; for sipgate without the direction at the end.
    path: String,
    dialect: Dialect,
    run: u64,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Taken,
    /// The dialect has no word for it: nothing was sent.
    Unsaid,
    /// A status other than 200 that says nothing about the next step.
    Other(StatusCode),
    /// It will take nothing of us: why, and what to do.
    Refused(String),
    /// No answer: why, and what to do.
    Unanswered(String),
}

impl Endpoint {
    /// The endpoint at this URL; its path says the dialect, unless that is given.
    pub(crate) fn new(url: &str, dialect: Option<Dialect>) -> Result<Self> {
        let uri: Option<Uri> = url.parse().ok();
        let parts = uri
            .as_ref()
            .and_then(|uri| Some((uri.scheme_str()?, uri.authority()?, uri.path_and_query()?)));
        let (scheme, authority, path) = parts.with_context(|| {
            format!("{url} is no URL: give one like http://127.0.0.1:8420/api/v1/cti/TOKEN")
        })?;
        if !["http", "https"].contains(&scheme) {
            bail!("the URL must begin with http:// or https://");
        }
        if authority.as_str().contains('@') {
            bail!("an endpoint asks for its token in the path, not for a name and password");
        }
        let dialect = dialect.unwrap_or_else(|| Dialect::of_path(path.path()));
        let path = match dialect {
            Dialect::Sipgate => {
                let path = path.path().trim_end_matches('/');
                let bare = path.strip_suffix("/in").or(path.strip_suffix("/out"));
                bare.unwrap_or(path)
            }
            Dialect::Generic | Dialect::Placetel => path.as_str(),
        };
        Ok(Self {
            client: Client::new(scheme, Reach::Anywhere).map_err(|why| anyhow!(why))?,
            host: format!("{scheme}://{authority}"),
            path: path.to_owned(),
            dialect,
            run: u64::from_be_bytes(random_bytes()),
        })
    }

    /// Reports a step. With a timestamp it says when it happened, else it happens now.
    pub(crate) async fn send(&self, step: &Step, timestamp: Option<UnixMillis>) -> Outcome {
        let Some(request) = Request::new(step, self.dialect, self.run, timestamp) else {
            return Outcome::Unsaid;
        };
        let uri = match self.url(step.call.direction).parse() {
            Ok(uri) => uri,
            Err(error) => return Outcome::Refused(format!("the URL can not be used: {error}")),
        };
        let (content_type, body) = match self.dialect {
            Dialect::Generic => ("application/json", request.json().to_string()),
            Dialect::Sipgate | Dialect::Placetel => {
                ("application/x-www-form-urlencoded", request.form_body())
            }
        };
        match self.client.post(uri, content_type, Bytes::from(body)).await {
            Ok(answer) if answer.status == StatusCode::OK => Outcome::Taken,
            Ok(answer) => {
                let location = answer.location.as_deref();
                match refusal(answer.status, location, &answer.text) {
                    Some(why) => Outcome::Refused(why),
                    None => Outcome::Other(answer.status),
                }
            }
            Err(why) => Outcome::Unanswered(why.to_string()),
        }
    }

    /// Scheme, host and port, without the token.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    fn url(&self, direction: Direction) -> String {
        match self.dialect {
            Dialect::Sipgate => format!("{}{}/{}", self.host, self.path, direction.as_str()),
            Dialect::Generic | Dialect::Placetel => format!("{}{}", self.host, self.path),
        }
    }
}

/// Why an endpoint will take nothing of us and what to do about it; none where the next event may
/// fare better.
fn refusal(status: StatusCode, location: Option<&str>, text: &str) -> Option<String> {
    let said = said(text);
    let advice = match status.as_u16() {
        301 | 302 | 303 | 307 | 308 => {
            let to = location.unwrap_or("elsewhere");
            format!("it redirects to {to}: give that URL")
        }
        401 | 403 => "check the token in the URL (offhook source list shows the sources, offhook \
                      source rotate NAME gives a new URL)"
            .to_owned(),
        404 | 405 => "check the path: the URL looks like http://HOST/api/v1/cti/TOKEN (or \
                      …/sipgate/TOKEN/in, …/placetel/TOKEN)"
            .to_owned(),
        422 => "check that the source is enabled and configured, and that --dialect is its kind"
            .to_owned(),
        _ => return None,
    };
    Some(format!("the endpoint answers {status}{said}: {advice}"))
}

/// The answer's own text, where it is short and no page.
fn said(text: &str) -> String {
    let error = serde_json::from_str::<serde_json::Value>(text).ok();
    let error = error
        .as_ref()
        .and_then(|answer| answer.get("error")?.as_str());
    let xml = || {
        text.split_once("<Error>")?
            .1
            .split_once("</Error>")
            .map(|(error, _)| error)
    };
    match error.or_else(xml) {
        Some(error) if !error.is_empty() && error.len() < 200 => format!(" ({error})"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals() {
        for (status, text, expected) in [
            (
                401,
                r#"{"error":"Invalid token, please contact your admin!"}"#,
                Some(
                    "401 Unauthorized (Invalid token, please contact your admin!): check the token",
                ),
            ),
            (
                422,
                "<Response>\n  <Error>Feature not configured</Error>\n</Response>\n",
                Some("422 Unprocessable Entity (Feature not configured): check that the source"),
            ),
            (404, "<html>", Some("404 Not Found: check the path")),
            (
                308,
                "",
                Some("308 Permanent Redirect: it redirects to https://x/"),
            ),
            (500, "", None),
            (503, "", None),
            (429, "", None),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let why = refusal(status, Some("https://x/"), text);
            match expected {
                None => assert_eq!(why, None),
                Some(part) => assert!(why.as_ref().unwrap().contains(part), "{why:?}"),
            }
        }
    }

    #[test]
    fn urls() {
        for (url, dialect, direction, expected) in [
            (
                "http://h:1/api/v1/cti/t",
                None,
                Direction::In,
                "http://h:1/api/v1/cti/t",
            ),
            (
                "https://h/api/v1/sipgate/t/in",
                None,
                Direction::Out,
                "https://h/api/v1/sipgate/t/out",
            ),
            (
                "http://h/x/t/",
                Some(Dialect::Sipgate),
                Direction::In,
                "http://h/x/t/in",
            ),
            (
                "http://h/api/v1/placetel/in",
                None,
                Direction::In,
                "http://h/api/v1/placetel/in",
            ),
        ] {
            let endpoint = Endpoint::new(url, dialect).unwrap();
            assert_eq!(endpoint.url(direction), expected);
        }
        for url in [
            "",
            "127.0.0.1:8420/api/v1/cti/t",
            "ftp://h/",
            "/api/v1/cti/t",
            "http://me:secret@h/api/v1/cti/t",
        ] {
            assert!(Endpoint::new(url, None).is_err(), "{url}");
        }
    }
}
