use super::{MAX_DEPTH, MAX_FIELDS, MAX_KEY};

/// Why a request could not be read at all. The text goes back to the sender: it says what is
/// wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// More fields than any PBX sends.
    #[error("Too many parameters: send at most {MAX_FIELDS}.")]
    TooManyFields,
    /// A key that can not be one.
    #[error("A parameter's name is too long: names have at most {MAX_KEY} bytes.")]
    KeyTooLong,
    /// JSON in JSON in JSON.
    #[error("The JSON is nested too deep: at most {MAX_DEPTH} levels.")]
    TooDeep,
    /// Not JSON although it begins like it.
    #[error("The body is no valid JSON at byte {at}: {why}.")]
    Json {
        /// Where, counted from 0 at the start of the body.
        at: usize,
        /// What was expected there.
        why: &'static str,
    },
    /// A JSON list of several things.
    #[error("The JSON is a list of several events: send one event a request.")]
    ManyEvents,
    /// JSON, but not of parameters.
    #[error("The JSON is no object: send {{\"event\": …, \"direction\": …, \"callId\": …}}.")]
    NoObject,
    /// A broken multipart form.
    #[error("The multipart form can not be read ({0}): send it complete, or send JSON.")]
    Multipart(String),
    /// XML.
    #[error("The body is XML: send JSON or a form.")]
    Xml,
}
