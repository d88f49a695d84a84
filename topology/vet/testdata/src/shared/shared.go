// Package shared has receivers that write to what they are sent.
package shared

import (
	"context"
	"maps"
	"slices"
	"sort"

	"example.com/vet/src/order"
	"github.com/signalgen/signalgen/runtime"
)

func init() {
	order.ConnectPlaced(func(_ context.Context, data order.Placed) error {
		data.Names[0] = "me"            // want `this receiver writes through data.Names, which other receivers and the sender see; write to a copy`
		data.Tags["seen"] = "yes"       // want `data.Tags`
		data.First.Name = "me"          // want `data.First`
		*data.First = order.Item{}      // want `data.First`
		data.Items[0] = nil             // want `data.Items`
		data.Items[0].Name += "!"       // want `data.Items`
		data.Text = "embedded"          // want `data.Note`
		data.Stats.Count++              // want `data.Stats`
		delete(data.Tags, "seen")       // want `data.Tags`
		clear(data.Names)               // want `data.Names`
		copy(data.Names, []string{"a"}) // want `data.Names`
		slices.Sort(data.Names)         // want `data.Names`
		sort.Strings(data.Names[1:])    // want `data.Names`
		names := data.Names
		names[0] = "me" // want `data.Names`
		for _, item := range data.Items {
			item.Name = "me" // want `item`
		}
		func() { data.Names[0] = "me" }() // want `data.Names`
		return nil
	})
	order.ConnectTags(tag)
	order.ConnectFilling(func(_ context.Context, item *order.Item, names []string) error {
		item.Name = "filled in" // that is what it is sent for
		names[0] = "me"         // want `names`
		return nil
	})
	order.ConnectFilling(func(_ context.Context, item *order.Item, names []string) error {
		item.Name = "too late" // want `item`
		return nil
	}, runtime.Async(1, runtime.Fail))
}

func tag(_ context.Context, tags order.Tags) error {
	tags["seen"] = "yes" // want `tags`
	return nil
}

// All of these write to what is their own.
func init() {
	order.ConnectPlaced(func(_ context.Context, data order.Placed) error {
		data.ID++
		data.Labels[0] = "own array"
		data.Names = slices.Clone(data.Names)
		data.Names[0] = "me"
		slices.Sort(data.Names)
		tags := maps.Clone(data.Tags)
		tags["seen"] = "yes"
		names := append([]string(nil), data.Names...)
		names[0] = "me"
		first := *data.First
		first.Name = "me"
		p := &data
		p.ID = 2
		labels := &data.Labels
		labels[0] = "me"
		counts := make(map[string]int)
		for _, item := range data.Items {
			counts[item.Name]++
		}
		items := data.Items
		items = slices.Clone(items)
		items[0] = nil
		for _, item := range data.Items {
			own := *item
			item = &own
			item.Name = "me"
		}
		data.First = new(order.Item)
		data.First.Name = "me"
		data.Items = append(data.Items, data.First)
		return nil
	})
	order.ConnectPlaced(func(_ context.Context, data order.Placed) error {
		data.Stats.Lock()
		defer data.Stats.Unlock()
		data.Stats.Count++
		return nil
	})
	order.ConnectTags(func(_ context.Context, tags order.Tags) error {
		tags = maps.Clone(tags)
		tags["seen"] = "yes"
		return nil
	})
}

// noReceiver may do what it likes.
func noReceiver(_ context.Context, data order.Placed) error {
	data.Names[0] = "me"
	return nil
}

// alone is heard by one receiver, and by no other package.
//
//signalgen:signal
type alone struct{ names []string }

func init() {
	connectAlone(func(_ context.Context, data alone) error {
		data.names[0] = "me"
		return nil
	})
}
