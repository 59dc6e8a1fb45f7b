//! Who is rejected, which caller ID is shown, who is told.
