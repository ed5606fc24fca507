//! Storekeeper.
