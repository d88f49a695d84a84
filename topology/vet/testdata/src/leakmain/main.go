// Leakmain is a program: its funcs are called by itself alone.
package main

import (
	"context"

	"example.com/vet/src/order"
)

func main() {
	order.ConnectPlaced(hear)
	Setup("main")
	new(app).Start()
	for {
		connections()
		break
	}
	for _, item := range []*order.Item{{Name: "a"}, {Name: "b"}} {
		order.ConnectSavedFrom(item, hearSaved) // another sender each time
	}
	func() { order.ConnectPlaced(hear) }()
	go order.ConnectPlaced(hear)
	go func() { order.ConnectPlaced(hear) }()
	set := new(order.Signals)
	for i := 0; i < 3; i++ {
		set.Placed.Connect(hear) // what ends with the func
	}
	for {
		set.Placed.Connect(hear) // want `this is in a loop`
	}
}

// Setup is exported, which means nothing here.
func Setup(string) { order.ConnectPlaced(hear) }

type app struct{}

func (a *app) Start() { order.ConnectPlaced(a.hear) }

func (*app) hear(context.Context, order.Placed) error { return nil }

func hear(context.Context, order.Placed) error { return nil }

func connections() { order.ConnectPlaced(hear) } // want `connections runs again and again`

func hearSaved(context.Context, order.Saved) error { return nil }
