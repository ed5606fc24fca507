//! What several screens are made of.

pub(crate) mod chips;
pub(crate) mod dialog;
pub(crate) mod differences;
pub(crate) mod download;
pub(crate) mod heights;
pub(crate) mod html_editor;
pub(crate) mod icon;
pub(crate) mod live;
pub(crate) mod load;
pub(crate) mod not_connected;
pub(crate) mod pending;
pub(crate) mod progress;
pub(crate) mod tabs;
pub(crate) mod trouble;
pub(crate) mod window;
pub(crate) mod window_list;
