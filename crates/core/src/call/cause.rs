/// Why a call ended: the seven causes of Zammad's CTI, and three of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Somebody hung up after talking, or for no special reason.
    NormalClearing,
    /// The called side was busy.
    Busy,
    /// The caller gave up.
    Cancel,
    /// Nobody took it in time.
    NoAnswer,
    /// No way through the network.
    Congestion,
    /// No such number, or it is unreachable.
    NotFound,
    /// Went on to somebody else as a new call.
    Forwarded,
    /// A mailbox took it.
    Voicemail,
    /// Rejected by a block list.
    Blocked,
    /// Its end was never heard of.
    Lost,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 10] = [
        Self::NormalClearing,
        Self::Busy,
        Self::Cancel,
        Self::NoAnswer,
        Self::Congestion,
        Self::NotFound,
        Self::Forwarded,
        Self::Voicemail,
        Self::Blocked,
        Self::Lost,
    ];

    /// The word for it on the wire and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NormalClearing => "normalClearing",
            Self::Busy => "busy",
            Self::Cancel => "cancel",
            Self::NoAnswer => "noAnswer",
            Self::Congestion => "congestion",
            Self::NotFound => "notFound",
            Self::Forwarded => "forwarded",
            Self::Voicemail => "voicemail",
            Self::Blocked => "blocked",
            Self::Lost => "lost",
        }
    }

    /// The cause with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word)
    }
}
