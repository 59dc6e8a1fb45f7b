//! How PBXs and providers say it: bytes in, bytes out.
