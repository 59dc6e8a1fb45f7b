use std::fmt;

/// How to sign in to the event socket.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The password of event_socket.conf.xml.
    pub secret: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}
