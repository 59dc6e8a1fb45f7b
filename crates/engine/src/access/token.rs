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

/// Shorter tokens are too easy to guess.
const SHORTEST: usize = 8;
/// Longer ones fit no address.
const LONGEST: usize = 200;

/// A token that a PBX already uses, to be kept: it must fit into a path as it is.
pub fn own_token(token: String) -> Result<Secret, String> {
    let fits_path = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    if (SHORTEST..=LONGEST).contains(&token.len()) && token.chars().all(fits_path) {
        Ok(Secret(token))
    } else {
        Err(format!(
            "must be {SHORTEST} to {LONGEST} letters, digits or - _ . ~"
        ))
    }
}

/// What is kept of a token. Looking up a hash leaks nothing about a token by its timing.
pub fn hash_token(token: &str) -> TokenHash {
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    TokenHash(hash)
}
