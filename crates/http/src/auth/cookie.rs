use cookie::{Cookie, SameSite};
use offhook_engine::access::{SESSION_MILLIS, Secret};

use crate::layers::Client;

/// The session's cookie. Behind https the browser sends it there only; the prefix makes sure that
/// no other host set it.
pub(super) const SECURE_NAME: &str = "__Host-offhook";
/// Over plain http, where browsers refuse the prefix.
pub(super) const PLAIN_NAME: &str = "offhook";

/// `Set-Cookie` of a new session.
pub(crate) fn session_cookie(client: &Client, token: &Secret) -> String {
    let age = cookie::time::Duration::milliseconds(SESSION_MILLIS);
    build(client, &token.0).max_age(age).build().to_string()
}

/// `Set-Cookie` that takes the session away.
pub(crate) fn clear_session_cookie(client: &Client) -> String {
    build(client, "")
        .max_age(cookie::time::Duration::ZERO)
        .build()
        .to_string()
}

fn build<'c>(client: &Client, value: &'c str) -> cookie::CookieBuilder<'c> {
    let name = if client.https {
        SECURE_NAME
    } else {
        PLAIN_NAME
    };
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(client.https)
}
