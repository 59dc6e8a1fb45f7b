use std::fmt;

use md5::{Digest, Md5};

/// How to sign in to the manager interface.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The name of the section in manager.conf.
    pub username: String,
    /// Its secret.
    pub secret: String,
    /// Whether to prove the secret (`Challenge`, MD5) rather than to send it. Should the PBX
    /// refuse to be asked, or not answer, the secret is sent all the same.
    pub challenge: bool,
}

impl Login {
    /// Signs in with these, by challenge where the PBX offers it.
    pub fn new(username: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            secret: secret.into(),
            challenge: true,
        }
    }

    /// What proves the secret: MD5 over challenge and secret, in hex (facts/pbx-and-clients.md
    /// D.1).
    pub(super) fn key(&self, challenge: &str) -> String {
        let mut md5 = Md5::new();
        md5.update(challenge.as_bytes());
        md5.update(self.secret.as_bytes());
        let hex = |byte: &u8| {
            let digit = |four: u8| char::from_digit(four.into(), 16).unwrap_or_default();
            [digit(byte >> 4), digit(byte & 15)]
        };
        md5.finalize().iter().flat_map(hex).collect()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("username", &self.username)
            .field("challenge", &self.challenge)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Login;

    #[test]
    fn key() {
        // printf '125065091mysecret' | md5sum
        let login = Login::new("admin", "mysecret");
        assert_eq!(login.key("125065091").len(), 32);
        assert_eq!(
            Login::new("", "").key(""),
            "d41d8cd98f00b204e9800998ecf8427e"
        );
        assert_eq!(
            Login::new("", "c").key("ab"),
            "900150983cd24fb0d6963f7d28e17f72"
        );
        assert!(!format!("{login:?}").contains("mysecret"));
    }
}
