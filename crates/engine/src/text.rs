//! Short texts that people type: what they may be, whether they come in through the API or a
//! command.

/// Longer lines are refused.
const MOST_CHARACTERS: usize = 250;
/// More phones of one user are refused.
const MOST_PHONES: usize = 50;

/// A text that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct InvalidText {
    /// Which: `name`, `phones[1]`.
    pub field: String,
    /// What it should be.
    pub why: String,
}

impl InvalidText {
    fn new(field: &str, why: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            why: why.into(),
        }
    }
}

/// One line of text without blanks around it.
pub fn line(field: &str, text: &str) -> Result<String, InvalidText> {
    let text = text.trim();
    if text.chars().count() > MOST_CHARACTERS {
        let why = format!("at most {MOST_CHARACTERS} characters");
        return Err(InvalidText::new(field, why));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidText::new(field, "must be one line of text"));
    }
    Ok(text.to_owned())
}

/// One line of text with something in it.
pub fn full_line(field: &str, text: &str) -> Result<String, InvalidText> {
    let line = line(field, text)?;
    if line.is_empty() {
        return Err(InvalidText::new(field, "must not be empty"));
    }
    Ok(line)
}

/// At most so many lines with something in each.
pub fn full_lines(field: &str, texts: &[String], most: usize) -> Result<Vec<String>, InvalidText> {
    if texts.len() > most {
        return Err(InvalidText::new(field, format!("at most {most}")));
    }
    let lines = texts.iter().enumerate();
    lines
        .map(|(place, text)| full_line(&format!("{field}[{place}]"), text))
        .collect()
}

/// The numbers and extensions of a user.
pub fn user_phones(phones: &[String]) -> Result<Vec<String>, InvalidText> {
    full_lines("phones", phones, MOST_PHONES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_and_bounded() {
        let long = "x".repeat(MOST_CHARACTERS + 1);
        let cases = [
            (" Anna ", Ok("Anna"), Ok("Anna")),
            ("", Ok(""), Err("must not be empty")),
            (
                "a\nb",
                Err("must be one line of text"),
                Err("must be one line of text"),
            ),
            (
                &long,
                Err("at most 250 characters"),
                Err("at most 250 characters"),
            ),
        ];
        for (text, any, full) in cases {
            let said = |result: Result<String, InvalidText>| result.map_err(|error| error.why);
            let expected =
                |result: Result<&str, &str>| result.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(said(line("name", text)), expected(any), "{text}");
            assert_eq!(said(full_line("name", text)), expected(full), "{text}");
        }
        let phones = ["201".to_owned(), " ".to_owned()];
        let error = user_phones(&phones).unwrap_err();
        assert_eq!(error.to_string(), "phones[1]: must not be empty");
        assert!(user_phones(&vec!["1".to_owned(); MOST_PHONES + 1]).is_err());
    }
}
