namespace ReverseEtl.Sandbox.Google;

/// <summary>The messages of the Data Manager API that the sandbox takes, as its protocol buffers have them.</summary>
internal static class Shapes
{
    public static readonly string[] DataKinds =
    [
        "user_data", "pair_data", "mobile_data", "user_id_data", "ppid_data", "composite_data", "google_user_id_data", "partner_provided_id_data",
    ];

    public static readonly ProtoEnum Encoding = new("Encoding", "ENCODING_UNSPECIFIED", "HEX", "BASE64");

    private static readonly ProtoEnum ConsentStatus = new("ConsentStatus", "CONSENT_STATUS_UNSPECIFIED", "CONSENT_GRANTED", "CONSENT_DENIED");

    public static readonly ProtoMessage Consent = new(("ad_user_data", ConsentStatus), ("ad_personalization", ConsentStatus));

    private static readonly ProtoMessage Account = new(
        ("product", ProtoScalar.Text),
        ("account_id", ProtoScalar.Number),
        ("account_type", new ProtoEnum("ProductAccount.AccountType", "ACCOUNT_TYPE_UNSPECIFIED", "GOOGLE_ADS", "DISPLAY_VIDEO_PARTNER",
            "DISPLAY_VIDEO_ADVERTISER", "DATA_PARTNER", "GOOGLE_ANALYTICS_PROPERTY", "GOOGLE_AD_MANAGER_AUDIENCE_LINK", "FLOODLIGHT_CONFIG")));

    public static readonly ProtoMessage Destination = new(
        ("reference", ProtoScalar.Text), ("login_account", Account), ("linked_account", Account), ("operating_account", Account),
        ("product_destination_id", ProtoScalar.Text));

    private static readonly ProtoMessage Address = new(
        ("given_name", ProtoScalar.Text), ("family_name", ProtoScalar.Text), ("region_code", ProtoScalar.Text), ("postal_code", ProtoScalar.Text),
        ("address_line", ProtoScalar.Text), ("city", ProtoScalar.Text), ("administrative_area", ProtoScalar.Text));

    private static readonly ProtoMessage Identifier =
        new(("email_address", ProtoScalar.Text), ("phone_number", ProtoScalar.Text), ("address", Address)) { OneOf = ["email_address", "phone_number", "address"] };

    public static readonly ProtoMessage UserData = new(("user_identifiers", ProtoShape.List(Identifier)));

    private static readonly ProtoMessage Member = new(
        ("destination_references", Texts),
        ("user_data", UserData),
        ("pair_data", new ProtoMessage(("pair_ids", Texts))),
        ("mobile_data", new ProtoMessage(("mobile_ids", Texts))),
        ("user_id_data", new ProtoMessage(("user_id", ProtoScalar.Text))),
        ("ppid_data", new ProtoMessage(("ppids", Texts))),
        ("composite_data", new ProtoMessage(("user_data", UserData), ("ip_data", ProtoShape.List(
            new ProtoMessage(("ip_address", ProtoScalar.Text), ("observe_start_time", ProtoScalar.Text), ("observe_end_time", ProtoScalar.Text)))))),
        ("google_user_id_data", new ProtoMessage(("google_user_ids", Texts))),
        ("partner_provided_id_data", new ProtoMessage(("partner_provided_ids", Texts))),
        ("consent", Consent)) { OneOf = DataKinds };

    public static readonly ProtoMessage Encryption = new(
        ("gcp_wrapped_key_info", new ProtoMessage(("key_type", ProtoScalar.Text), ("wip_provider", ProtoScalar.Text), ("kek_uri", ProtoScalar.Text), ("encrypted_dek", ProtoScalar.Text))),
        ("aws_wrapped_key_info", new ProtoMessage(("key_type", ProtoScalar.Text), ("role_arn", ProtoScalar.Text), ("kek_uri", ProtoScalar.Text), ("encrypted_dek", ProtoScalar.Text))),
        ("coordinator_key_info", new ProtoMessage(("key_id", ProtoScalar.Text))));

    public static readonly ProtoMessage Ingest = new(
        ("destinations", ProtoShape.List(Destination)), ("audience_members", ProtoShape.List(Member)), ("consent", Consent),
        ("validate_only", ProtoScalar.Truth), ("encoding", Encoding), ("encryption_info", Encryption),
        ("terms_of_service", new ProtoMessage(("customer_match_terms_of_service_status",
            new ProtoEnum("TermsOfServiceStatus", "TERMS_OF_SERVICE_STATUS_UNSPECIFIED", "ACCEPTED", "REJECTED")))));

    public static readonly ProtoMessage Remove = new(
        ("destinations", ProtoShape.List(Destination)), ("audience_members", ProtoShape.List(Member)), ("validate_only", ProtoScalar.Truth),
        ("encoding", Encoding), ("encryption_info", Encryption));

    public static readonly ProtoMessage RemoveAll = new(
        ("destinations", ProtoShape.List(Destination)), ("remove_as_of_time", ProtoScalar.Text), ("validate_only", ProtoScalar.Truth));

    private static readonly ProtoMessage Source = new(("data_source_type", ProtoScalar.Text), ("match_rate_percentage", ProtoScalar.Number));

    public static readonly ProtoMessage UserList = new(
        ("name", ProtoScalar.Text), ("id", ProtoScalar.Number), ("read_only", ProtoScalar.Truth), ("display_name", ProtoScalar.Text),
        ("description", ProtoScalar.Text), ("membership_status", new ProtoEnum("UserList.MembershipStatus", "MEMBERSHIP_STATUS_UNSPECIFIED", "OPEN", "CLOSED")),
        ("integration_code", ProtoScalar.Text), ("membership_duration", ProtoScalar.Text), ("account_access_status", ProtoScalar.Text),
        ("ingested_user_list_info", new ProtoMessage(
            ("upload_key_types", ProtoShape.List(new ProtoEnum("IngestedUserListInfo.UploadKeyType", "CONTACT_ID", "MOBILE_ID", "USER_ID", "PAIR_ID", "PSEUDONYMOUS_ID"))),
            ("contact_id_info", Source), ("user_id_info", Source),
            ("mobile_id_info", new ProtoMessage(("data_source_type", ProtoScalar.Text), ("key_space", ProtoScalar.Text), ("app_id", ProtoScalar.Text))),
            ("pair_id_info", new ProtoMessage(("publisher_id", ProtoScalar.Number), ("publisher_name", ProtoScalar.Text), ("clean_room_identifier", ProtoScalar.Text))),
            ("pseudonymous_id_info", new ProtoMessage(("billable_record_count", ProtoScalar.Number))))));

    public static ProtoShape Texts => ProtoShape.List(ProtoScalar.Text);
}
