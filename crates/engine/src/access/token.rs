use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use offhook_store::TokenHash;

use crate::clock::random_bytes;

/// A text that must not be shown: neither `Debug` nor a log prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A new token that nobody can guess: 27 characters of URL-safe base64, as Zammad makes them.
pub fn new_token() -> Secret {
    Secret(URL_SAFE_NO_PAD.encode(random_bytes::<20>()))
}

/// What is kept of a token. Looking up a hash leaks nothing about a token by its timing.
pub fn hash_token(token: &str) -> TokenHash {
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    TokenHash(hash)
}
