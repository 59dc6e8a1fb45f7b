//! The use cases: switchboard, journal, live stream, jobs.
