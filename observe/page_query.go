package observe

import "net/url"

// A pageQuery is what a browser asks for.
type pageQuery struct {
	view      string
	name, set string // the name and set of a signal
	filter    string
	sort      string // the key of a column; empty for the order of problems
	up        bool   // smallest first
}

func readPageQuery(view string, values url.Values) pageQuery {
	return pageQuery{
		view: view, name: values.Get("name"), set: values.Get("set"),
		filter: values.Get("q"), sort: values.Get("sort"), up: values.Get("up") != "",
	}
}

// signal returns the part of an address that names the signal.
func (q pageQuery) signal() string {
	values := make(url.Values)
	if q.name != "" {
		values.Set("name", q.name)
	}
	if q.set != "" {
		values.Set("set", q.set)
	}
	return values.Encode()
}

// sorted returns the part of an address that asks for an order.
func (q pageQuery) sorted(key string, up bool) string {
	values := url.Values{"sort": {key}}
	if q.filter != "" {
		values.Set("q", q.filter)
	}
	if up {
		values.Set("up", "1")
	}
	return "?" + values.Encode()
}

// linkTo returns the address of the view of a signal.
func linkTo(name, set string) string {
	return viewSignal + "?" + pageQuery{name: name, set: set}.signal()
}
