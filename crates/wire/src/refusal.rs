use crate::params::Malformed;

/// Why a request to a PBX endpoint is refused. Each dialect writes it in its own words' frame
/// (`zammad::refuse`, `sipgate::refuse`, `placetel::refuse`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The source is disabled.
    Disabled,
    /// The source has no configuration (facts/zammad-cti.md 1.3 step 3).
    NotConfigured,
    /// No source of this kind has this token.
    Token,
    /// The provider's signature is missing or wrong (contract, "provider signatures").
    Signature,
    /// No event that we know; as sent, empty when missing.
    Event(String),
    /// No direction where one is needed, or none that we know.
    Direction,
    /// Can not be read; says why and what to do.
    Malformed(String),
}

impl Refusal {
    /// The HTTP status: 401 for a wrong token or signature, else 422.
    pub fn status(&self) -> u16 {
        match self {
            Self::Token | Self::Signature => 401,
            _ => 422,
        }
    }

    /// The text for the sender; `events` are the words the dialect knows. The texts of Zammad are
    /// exactly its own (facts/zammad-cti.md 1.4).
    pub(crate) fn text(&self, events: &str) -> String {
        match self {
            Self::Disabled => "Feature is disabled, please contact your administrator!".into(),
            Self::NotConfigured => "Feature not configured, please contact your admin!".into(),
            Self::Token => "Invalid token, please contact your admin!".into(),
            Self::Signature => "Invalid signature, please contact your admin!".into(),
            Self::Direction => "Invalid 'direction'!".into(),
            Self::Event(sent) if sent.is_empty() => {
                format!("Missing 'event'! Send one of {events}.")
            }
            Self::Event(sent) => format!("Invalid 'event' \"{sent}\"! Send one of {events}."),
            Self::Malformed(why) => why.clone(),
        }
    }
}

impl From<Malformed> for Refusal {
    fn from(why: Malformed) -> Self {
        Self::Malformed(why.to_string())
    }
}
