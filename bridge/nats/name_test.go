package natsbridge

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSubject(t *testing.T) {
	for typ, want := range map[string]string{
		"shop.order.placed":                   "signals.shop.order.placed",
		"github.com/shop/order.Placed":        "signals.github.com/shop/order.Placed",
		"order.Saved[int]":                    "signals.order.Saved%5Bint%5D",
		"order.Saved[map[string]*big.Int, T]": "signals.order.Saved%5Bmap%5Bstring%5D%2Abig.Int%2C%20T%5D",
		".a..b.":                              "signals.%2Ea.%2Eb%2E",
		"*":                                   "signals.%2A",
		">":                                   "signals.%3E",
		"größe":                               "signals.gr%C3%B6%C3%9Fe",
	} {
		if got := subject("signals", typ); got != want {
			t.Errorf("%s: %s, want %s", typ, got, want)
		}
	}
}

func TestConsumerName(t *testing.T) {
	for _, test := range []struct{ group, typ, want string }{
		{"mailer", "shop.order.placed", "mailer@shop~order~placed"},
		{"mailer.eu", "example.com/order.Placed", "mailer~eu@example~com+order~Placed"},
		{"a b*>@~+", "T[int]", "a%20b%2A%3E%40%7E%2B@T%5Bint%5D"},
	} {
		if got := consumerName(test.group, test.typ); got != test.want {
			t.Errorf("%s, %s: %s, want %s", test.group, test.typ, got, test.want)
		}
	}
}

// names are those of signals and groups, and what is near to them.
var names = rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9._/\-\[\]*, ~+@%]{1,80}`), rapid.StringN(1, 60, 200))

func TestSubjectsAreValidAndCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := names.Draw(t, "type")
		got := subject("signals", typ)
		for part := range strings.SplitSeq(got, ".") {
			if part == "" || part == "*" || part == ">" || strings.ContainsAny(part, " \t\r\n") {
				t.Fatalf("%q has the part %q", got, part)
			}
		}
		back, err := url.PathUnescape(strings.TrimPrefix(got, "signals."))
		if err != nil || back != typ {
			t.Fatalf("%q reads back as %q, %v", got, back, err)
		}
	})
}

func TestConsumerNamesAreValidAndDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group, typ := names.Draw(t, "group"), names.Draw(t, "type")
		otherGroup, otherTyp := names.Draw(t, "other group"), names.Draw(t, "other type")
		got, other := consumerName(group, typ), consumerName(otherGroup, otherTyp)
		if len(got) > maxName || strings.ContainsAny(got, ". */>\\\t\r\n") {
			t.Fatalf("%q is no name", got)
		}
		if same := group == otherGroup && typ == otherTyp; (got == other) != same {
			t.Fatalf("%q, %q and %q, %q: %q and %q", group, typ, otherGroup, otherTyp, got, other)
		}
	})
}
