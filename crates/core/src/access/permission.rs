/// Something that a user may do beyond what everybody of the role may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Let the phone system dial.
    Dial,
}

impl Permission {
    /// Every one.
    pub const ALL: [Self; 1] = [Self::Dial];

    /// The word for it in the API and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dial => "dial",
        }
    }

    /// The permission with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        (Self::ALL.into_iter()).find(|permission| permission.as_str() == word)
    }
}
