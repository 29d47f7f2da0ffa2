namespace ReverseEtl.Sandbox.Google;

/// <summary>Events, as the protocol buffers have them.</summary>
internal static class EventShapes
{
    private static readonly ProtoMessage Device = new(
        ("user_agent", ProtoScalar.Text), ("ip_address", ProtoScalar.Text), ("category", ProtoScalar.Text), ("language_code", ProtoScalar.Text),
        ("screen_height", ProtoScalar.Number), ("screen_width", ProtoScalar.Number), ("operating_system", ProtoScalar.Text),
        ("operating_system_version", ProtoScalar.Text), ("model", ProtoScalar.Text), ("brand", ProtoScalar.Text), ("browser", ProtoScalar.Text),
        ("browser_version", ProtoScalar.Text));

    private static readonly ProtoMessage AdIdentifiers = new(
        ("session_attributes", ProtoScalar.Text), ("gclid", ProtoScalar.Text), ("gbraid", ProtoScalar.Text), ("wbraid", ProtoScalar.Text),
        ("landing_page_device_info", Device), ("mobile_device_id", ProtoScalar.Text), ("dclid", ProtoScalar.Text), ("impression_id", ProtoScalar.Text),
        ("match_id", ProtoScalar.Text),
        ("encrypted_user_ids", ProtoShape.List(new ProtoMessage(
            ("encrypted_id", ProtoScalar.Text), ("entity_type", ProtoScalar.Text), ("entity_id", ProtoScalar.Number), ("source", ProtoScalar.Text)))));

    private static readonly ProtoMessage Variable =
        new(("variable", ProtoScalar.Text), ("value", ProtoScalar.Text), ("destination_references", Shapes.Texts));

    private static readonly ProtoMessage Parameter = new(("parameter_name", ProtoScalar.Text), ("value", ProtoScalar.Text));

    private static readonly ProtoMessage Item = new(
        ("merchant_product_id", ProtoScalar.Text), ("quantity", ProtoScalar.Number), ("unit_price", ProtoScalar.Fraction), ("item_id", ProtoScalar.Text),
        ("additional_item_parameters", ProtoShape.List(Parameter)), ("merchant_id", ProtoScalar.Text), ("merchant_feed_label", ProtoScalar.Text),
        ("merchant_feed_language_code", ProtoScalar.Text), ("conversion_value", ProtoScalar.Fraction), ("custom_variables", ProtoShape.List(Variable)));

    private static readonly ProtoMessage Cart = new(
        ("merchant_id", ProtoScalar.Text), ("merchant_feed_label", ProtoScalar.Text), ("merchant_feed_language_code", ProtoScalar.Text),
        ("transaction_discount", ProtoScalar.Fraction), ("items", ProtoShape.List(Item)), ("coupon_codes", Shapes.Texts));

    private static readonly ProtoMessage UserProperties = new(
        ("customer_type", new ProtoEnum("CustomerType", "CUSTOMER_TYPE_UNSPECIFIED", "NEW", "RETURNING", "REENGAGED")),
        ("customer_value_bucket", new ProtoEnum("CustomerValueBucket", "CUSTOMER_VALUE_BUCKET_UNSPECIFIED", "LOW", "MEDIUM", "HIGH")),
        ("additional_user_properties", ProtoShape.List(new ProtoMessage(("property_name", ProtoScalar.Text), ("value", ProtoScalar.Text)))));

    private static readonly ProtoMessage Location = new(
        ("store_id", ProtoScalar.Text), ("city", ProtoScalar.Text), ("subdivision_code", ProtoScalar.Text), ("region_code", ProtoScalar.Text),
        ("subcontinent_code", ProtoScalar.Text), ("continent_code", ProtoScalar.Text));

    private static readonly ProtoMessage Event = new(
        ("destination_references", Shapes.Texts), ("transaction_id", ProtoScalar.Text), ("event_timestamp", ProtoScalar.Text),
        ("last_updated_timestamp", ProtoScalar.Text), ("user_data", Shapes.UserData), ("consent", Shapes.Consent), ("ad_identifiers", AdIdentifiers),
        ("currency", ProtoScalar.Text), ("conversion_value", ProtoScalar.Fraction), ("conversion_count", ProtoScalar.Fraction),
        ("event_source", new ProtoEnum("EventSource", "EVENT_SOURCE_UNSPECIFIED", "WEB", "APP", "IN_STORE", "PHONE", "MESSAGE", "OTHER")),
        ("event_device_info", Device), ("cart_data", Cart), ("custom_variables", ProtoShape.List(Variable)),
        ("experimental_fields", ProtoShape.List(new ProtoMessage(("field", ProtoScalar.Text), ("value", ProtoScalar.Text)))),
        ("user_properties", UserProperties), ("event_name", ProtoScalar.Text), ("client_id", ProtoScalar.Text), ("user_id", ProtoScalar.Text),
        ("additional_event_parameters", ProtoShape.List(Parameter)), ("third_party_user_data", Shapes.UserData), ("event_location", Location),
        ("app_instance_id", ProtoScalar.Text));

    public static readonly ProtoMessage Ingest = new(
        ("destinations", ProtoShape.List(Shapes.Destination)), ("events", ProtoShape.List(Event)), ("consent", Shapes.Consent), ("validate_only", ProtoScalar.Truth),
        ("encoding", Shapes.Encoding), ("encryption_info", Shapes.Encryption));
}
