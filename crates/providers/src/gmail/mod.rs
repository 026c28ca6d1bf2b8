//! Gmail REST: client, messages, send, changes, faults.
