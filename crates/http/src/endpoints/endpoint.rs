use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, header};
use hyper::body::Incoming;
use offhook_core::call::Direction;
use percent_encoding::percent_decode_str;

use super::decide::decide;
use super::dialect::Dialect;
use super::door::door;
use crate::App;
use crate::layers::Client;
use crate::problem::Problem;

/// An address that PBXs send to. These are looked up here and not in the router, with which an event
/// at full load cost a tenth more.
pub(crate) enum Endpoint<'a> {
    /// `/api/v1/cti/{token}`: Zammad's generic CTI.
    Generic { token: Cow<'a, str> },
    /// `/api/v1/sipgate/{token}/in|out`: sipgate.io push API.
    Sipgate {
        token: Cow<'a, str>,
        direction: Option<Direction>,
    },
    /// `/api/v1/placetel/{token}`: Placetel Notify API.
    Placetel { token: Cow<'a, str> },
    /// `/api/v1/decide/{token}`: a dialplan asks what to do with a call.
    Decide { token: Cow<'a, str> },
}

impl<'a> Endpoint<'a> {
    /// The endpoint at this path, if it is one's.
    pub(crate) fn at(method: &Method, path: &'a str) -> Option<Self> {
        let (dialect, rest) = path.strip_prefix("/api/v1/")?.split_once('/')?;
        let (token, direction) = match rest.split_once('/') {
            None => (rest, None),
            Some((token, direction)) => (token, Some(direction)),
        };
        let token = percent_decode_str(token).decode_utf8_lossy();
        match (dialect, direction) {
            // The log, which is only read; who sends to it has a token that is called so, as for Zammad.
            ("cti", None) if rest == "log" && method != Method::POST => None,
            ("cti", None) => Some(Self::Generic { token }),
            ("placetel", None) => Some(Self::Placetel { token }),
            ("decide", None) => Some(Self::Decide { token }),
            ("sipgate", Some(direction)) if !direction.contains('/') => Some(Self::Sipgate {
                token,
                direction: Direction::from_word(direction)
                    .filter(|direction| direction.is_with_outside()),
            }),
            _ => None,
        }
    }

    /// Answers a request. Parameters may come in the query string alone, also with GET.
    pub(crate) async fn answer(
        self,
        app: &App,
        client: &Client,
        parts: &Parts,
        body: Incoming,
    ) -> Response {
        if !matches!(parts.method, Method::GET | Method::POST) {
            return ([(header::ALLOW, "GET,POST")], Problem::no_such_method()).into_response();
        }
        let (dialect, token) = match self {
            Self::Decide { token } => return decide(app, client, &token, parts, body).await,
            Self::Generic { token } => (Dialect::Generic, token),
            Self::Placetel { token } => (Dialect::Placetel, token),
            Self::Sipgate { token, direction } => {
                let url = app.public_url(Some(client));
                let dialect = Dialect::Sipgate {
                    path: direction,
                    callback: format!("{url}/api/v1/sipgate/{token}"),
                };
                (dialect, token)
            }
        };
        door(app, client, dialect, &token, parts, body).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(method: &Method, path: &str) -> String {
        Endpoint::at(method, path).map_or("none".into(), |endpoint| match endpoint {
            Endpoint::Generic { token } => format!("generic {token}"),
            Endpoint::Placetel { token } => format!("placetel {token}"),
            Endpoint::Decide { token } => format!("decide {token}"),
            Endpoint::Sipgate { token, direction } => format!("sipgate {token} {direction:?}"),
        })
    }

    #[test]
    fn an_address_is_an_endpoint_or_none() {
        for (path, endpoint) in [
            ("/api/v1/cti/abc", "generic abc"),
            ("/api/v1/cti/abc.json", "generic abc.json"),
            ("/api/v1/cti/a%20b%2Fc", "generic a b/c"),
            ("/api/v1/cti/%ff", "generic \u{fffd}"),
            ("/api/v1/cti/log", "generic log"),
            ("/api/v1/cti/done", "generic done"),
            ("/api/v1/cti/done/1", "none"),
            ("/api/v1/cti/done/bulk", "none"),
            ("/api/v1/cti", "none"),
            ("/api/v2/cti/abc", "none"),
            ("/api/v1/ctis/abc", "none"),
            ("/x/api/v1/cti/abc", "none"),
            ("/api/v1/placetel/abc", "placetel abc"),
            ("/api/v1/placetel/abc/in", "none"),
            ("/api/v1/decide/abc", "decide abc"),
            ("/api/v1/sipgate/abc/in", "sipgate abc Some(In)"),
            ("/api/v1/sipgate/abc/out", "sipgate abc Some(Out)"),
            ("/api/v1/sipgate/abc/internal", "sipgate abc None"),
            ("/api/v1/sipgate/abc/sideways", "sipgate abc None"),
            ("/api/v1/sipgate/abc/in/x", "none"),
            ("/api/v1/sipgate/abc", "none"),
            ("/api/v1/calls/17", "none"),
            ("/", "none"),
            ("", "none"),
        ] {
            assert_eq!(described(&Method::POST, path), endpoint, "{path}");
        }
        assert_eq!(described(&Method::GET, "/api/v1/cti/abc"), "generic abc");
        assert_eq!(described(&Method::GET, "/api/v1/cti/log"), "none");
        assert_eq!(described(&Method::HEAD, "/api/v1/cti/log"), "none");
    }
}
