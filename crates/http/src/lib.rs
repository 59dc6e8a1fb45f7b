//! The HTTP surface: PBX endpoints, API, live stream.
