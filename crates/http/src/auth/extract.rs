use axum::extract::FromRequestParts;
use cookie::Cookie;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use offhook_core::access::{Role, Visibility};
use offhook_engine::access::{Credential, Identity, Secret};

use super::cookie::{PLAIN_NAME, SECURE_NAME};
use crate::App;
use crate::problem::Problem;

/// A signed-in user, agent or administrator.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) identity: Identity,
    pub(crate) credential: Credential,
}

impl SignedIn {
    /// What the user may see of the log.
    pub(crate) fn visibility(&self, app: &App) -> Visibility {
        app.configuration
            .now()
            .visibility(&self.identity.user.viewer)
    }
}

/// A signed-in administrator.
#[derive(Debug, Clone)]
pub(crate) struct Admin(pub(crate) SignedIn);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let credential = credential(&parts.headers).ok_or_else(Problem::unauthorized)?;
        let identity = identify(&credential, app)
            .await
            .ok_or_else(Problem::unauthorized)?;
        if matches!(credential, Credential::Session(_)) {
            refuse_cross_site(&parts.method, &parts.headers)?;
            app.access.keep_alive(&credential).await;
        }
        Ok(Self {
            identity,
            credential,
        })
    }
}

async fn identify(credential: &Credential, app: &App) -> Option<Identity> {
    let known = app.access.identify(credential);
    if known.is_some() || !matches!(credential, Credential::Token(_)) {
        return known;
    }
    // It may be a moment old, made by a command beside the server.
    app.configuration.catch_up().await;
    app.access.identify(credential)
}

impl FromRequestParts<App> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        match signed_in.identity.user.user.role {
            Role::Admin => Ok(Self(signed_in)),
            Role::Agent => Err(Problem::forbidden()),
        }
    }
}

/// What a request shows: `Authorization: Bearer TOKEN`, Zammad's `Token token=TOKEN`, or the
/// session's cookie.
pub(crate) fn credential(headers: &HeaderMap) -> Option<Credential> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, rest) = value.to_str().ok()?.trim().split_once(' ')?;
        let token = if scheme.eq_ignore_ascii_case("bearer") {
            rest.trim()
        } else if scheme.eq_ignore_ascii_case("token") {
            rest.trim().strip_prefix("token=")?.trim_matches('"')
        } else {
            return None;
        };
        return Some(Credential::Token(Secret(token.to_owned())));
    }
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut plain = None;
    for cookie in cookies.flat_map(Cookie::split_parse).flatten() {
        match cookie.name() {
            SECURE_NAME => {
                return Some(Credential::Session(Secret(cookie.value().to_owned())));
            }
            PLAIN_NAME => plain = Some(cookie.value().to_owned()),
            _ => {}
        }
    }
    plain.map(|token| Credential::Session(Secret(token)))
}

/// A browser sends the cookie along with what another site asks for; what changes something must
/// come from our own pages. Browsers say so themselves, other clients say nothing.
pub(crate) fn refuse_cross_site(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return match site {
            "same-origin" | "none" => Ok(()),
            _ => Err(Problem::cross_site()),
        };
    }
    let Some(origin) = text("origin") else {
        return Ok(());
    };
    let host = text("host");
    match origin.split_once("://") {
        Some((_, origin_host)) if Some(origin_host) == host => Ok(()),
        _ => Err(Problem::cross_site()),
    }
}
