//! What must be remembered: traits, errors and the contract suite.
