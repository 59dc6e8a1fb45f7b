//! Secrets that we have to know again (signature secrets, directory tokens), sealed with a key
//! that is not in the database.

use std::io::Write;
use std::path::{Path, PathBuf};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::clock::random_bytes;

/// The key that seals secrets.
pub struct SealingKey(LessSafeKey);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// The key file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It can not be read or made.
    #[error("the key file {0} can not be read or made: {1}")]
    File(PathBuf, std::io::Error),
    /// It does not hold a key.
    #[error("the key file {0} does not hold 32 bytes: restore it from a backup")]
    Broken(PathBuf),
}

/// A secret that this key can not open.
#[derive(Debug, thiserror::Error)]
#[error("a secret was sealed with another key file: enter it again, or restore the key file")]
pub struct WrongKey;

impl SealingKey {
    /// Reads the key in this file, or makes one that only its owner may read.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let failed = |error| KeyError::File(path.to_owned(), error);
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let bytes: [u8; 32] = random_bytes();
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                match options.open(path) {
                    Ok(mut file) => {
                        file.write_all(&bytes)
                            .and_then(|()| file.sync_all())
                            .map_err(failed)?;
                        bytes.to_vec()
                    }
                    // Another process made it meanwhile.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                        std::fs::read(path).map_err(failed)?
                    }
                    Err(error) => return Err(failed(error)),
                }
            }
            Err(error) => return Err(failed(error)),
        };
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes)
            .map_err(|_| KeyError::Broken(path.to_owned()))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals a text.
    pub fn seal(&self, text: &str) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut sealed = text.as_bytes().to_vec();
        let tag = self.0.seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut sealed,
        );
        // Sealing fails only for texts of many gigabytes; such a one is not kept.
        let Ok(tag) = tag else { return Vec::new() };
        [&nonce[..], &sealed, tag.as_ref()].concat()
    }

    /// Opens what [`seal`](Self::seal) made.
    pub fn open_sealed(&self, sealed: &[u8]) -> Result<String, WrongKey> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(WrongKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WrongKey)?;
        let mut text = rest.to_vec();
        let opened = self
            .0
            .open_in_place(nonce, Aad::empty(), &mut text)
            .map_err(|_| WrongKey)?;
        String::from_utf8(opened.to_vec()).map_err(|_| WrongKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey(LessSafeKey::new(
            UnboundKey::new(&CHACHA20_POLY1305, &[byte; 32]).unwrap(),
        ))
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_only() {
        let sealed = key(1).seal("geheim");
        assert_eq!(key(1).open_sealed(&sealed).unwrap(), "geheim");
        assert!(key(2).open_sealed(&sealed).is_err());
        assert!(!sealed.windows(6).any(|window| window == b"geheim"));
        for cut in 0..sealed.len() {
            assert!(key(1).open_sealed(&sealed[..cut]).is_err(), "cut at {cut}");
        }
    }
}
