//! Which names `select` knows, per object: the contract's fields, those not offered here included, so that code written
//! for the contract is never refused. Held to the objects by a test.

/// An object's fields, as `select` names them.
#[derive(Clone, Copy, Debug)]
pub struct Selectable {
    /// What the object is called in an error.
    pub noun: &'static str,
    /// Its top-level fields.
    pub names: &'static [&'static str],
}

/// Messages and drafts.
pub const MESSAGE: Selectable = Selectable {
    noun: "message",
    names: &[
        "id",
        "object",
        "grant_id",
        "thread_id",
        "subject",
        "from",
        "to",
        "cc",
        "bcc",
        "reply_to",
        "date",
        "unread",
        "starred",
        "folders",
        "categories",
        "snippet",
        "body",
        "attachments",
        "headers",
        "metadata",
        "reply_to_message_id",
        "tracking_options",
        "raw_mime",
        "conversation",
        "in_reply_to",
        "created_at",
        "schedule_id",
        "send_at",
        "use_draft",
        "custom_headers",
    ],
};

/// Threads.
pub const THREAD: Selectable = Selectable {
    noun: "thread",
    names: &[
        "id",
        "object",
        "grant_id",
        "latest_draft_or_message",
        "has_attachments",
        "has_drafts",
        "earliest_message_date",
        "latest_message_received_date",
        "latest_message_sent_date",
        "participants",
        "snippet",
        "starred",
        "unread",
        "subject",
        "message_ids",
        "draft_ids",
        "folders",
    ],
};

/// Folders.
pub const FOLDER: Selectable = Selectable {
    noun: "folder",
    names: &[
        "id",
        "object",
        "grant_id",
        "name",
        "parent_id",
        "child_count",
        "total_count",
        "unread_count",
        "system_folder",
        "background_color",
        "text_color",
        "attributes",
        "single_level",
    ],
};

/// Attachments.
pub const ATTACHMENT: Selectable = Selectable {
    noun: "attachment",
    names: &[
        "id",
        "object",
        "grant_id",
        "filename",
        "content_type",
        "size",
        "content_id",
        "content_disposition",
        "is_inline",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_an_object_has_can_be_selected() {
        let document = serde_json::to_value(crate::openapi::document()).unwrap();
        for (schema, selectable) in
            [("Message", MESSAGE), ("Thread", THREAD), ("Folder", FOLDER), ("Attachment", ATTACHMENT)]
        {
            let fields = document["components"]["schemas"][schema]["properties"].as_object().unwrap();
            assert!(fields.len() > 5, "{schema}");
            for field in fields.keys() {
                assert!(selectable.names.contains(&field.as_str()), "{schema}.{field} cannot be selected");
            }
        }
    }
}
