//! Test actors: a server on a free port, a PBX that tells a story.
