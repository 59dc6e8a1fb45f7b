use crate::problem::Problem;

/// Longer lines are refused.
const MOST_CHARACTERS: usize = 250;

/// One line of text without blanks around it.
pub(crate) fn line(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().count() > MOST_CHARACTERS {
        let why = format!("at most {MOST_CHARACTERS} characters");
        return Err(Problem::invalid(field, why));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::invalid(field, "must be one line of text"));
    }
    Ok(text.to_owned())
}

/// One line of text with something in it.
pub(crate) fn full_line(field: &str, text: &str) -> Result<String, Problem> {
    let line = line(field, text)?;
    if line.is_empty() {
        return Err(Problem::invalid(field, "must not be empty"));
    }
    Ok(line)
}

/// At most so many lines with something in each.
pub(crate) fn full_lines(
    field: &str,
    texts: &[String],
    most: usize,
) -> Result<Vec<String>, Problem> {
    if texts.len() > most {
        return Err(Problem::invalid(field, format!("at most {most}")));
    }
    let lines = texts.iter().enumerate();
    lines
        .map(|(place, text)| full_line(&format!("{field}[{place}]"), text))
        .collect()
}
