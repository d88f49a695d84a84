package topology

// headersKey is the component of the headers. All keys of types have a dot.
const headersKey = "headers"

// headers returns the schema of the headers of a bridged message.
func (s *schemas) headers(x *exchange) *schema {
	if !x.bridged {
		return nil
	}
	return &schema{
		Type:       "object",
		AllOf:      []*schema{refTo(headersKey)},
		Properties: map[string]*schema{"ce-type": {Type: "string", Const: x.name}},
	}
}

// headersSchema describes the attributes of a CloudEvent in binary mode.
var headersSchema = &schema{
	Type:        "object",
	Description: "An event of CloudEvents 1.0 in binary mode: its attributes are headers. Values are percent-encoded.",
	Required:    []string{"ce-id", "ce-source", "ce-specversion", "ce-type"},
	Properties: map[string]*schema{
		"ce-id":              {Type: "string", Description: "Unique among the events of the source."},
		"ce-source":          {Type: "string", Format: "uri-reference", Description: "The program that has published the event."},
		"ce-specversion":     {Type: "string", Const: "1.0"},
		"ce-type":            {Type: "string", Description: "The signal's stable name."},
		"ce-time":            {Type: "string", Format: "date-time", Description: "When the signal was sent."},
		"ce-datacontenttype": {Type: "string", Description: "The media type of the payload. JSON if it is missing."},
		"ce-dataschema":      {Type: "string", Format: "uri", Description: "The shape of the payload: a hash, or a URI that the program chooses."},
		"ce-subject":         {Type: "string", Description: "What the signal is about, such as an order."},
		"ce-partitionkey":    {Type: "string", Description: "The sender or another key. Signals with the same key stay in order."},
		"ce-traceparent":     {Type: "string", Description: "The trace, as in W3C Trace Context."},
		"ce-tracestate":      {Type: "string", Description: "Data of tracing systems, as in W3C Trace Context."},
	},
}
