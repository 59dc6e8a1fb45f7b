use super::Party;

/// What the PBX is told to do with a new call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Decision {
    /// Nothing special: let it ring, let it dial.
    #[default]
    Pass,
    /// Do not put it through: the caller hears busy.
    Reject,
    /// Dial out and show another caller ID.
    Dial {
        /// The number to show, which becomes the call's `from`.
        caller_id: Party,
        /// The number to dial, as the PBX sent it.
        number: String,
    },
}
