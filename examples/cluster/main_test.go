package main

import (
	"os"
	"testing"
)

// TestMain is the shop or the mailer if both has started it as such.
func TestMain(m *testing.M) {
	switch program := os.Args[len(os.Args)-1]; program {
	case "shop", "mailer":
		write := traced(program)
		main()
		write()
	default:
		os.Exit(m.Run())
	}
}

func Example() {
	main()
	// Output:
	// shop: order 1, chair for Ada
	// shop: order 2, lamp for Bob
	// shop: order 3, table for Cleo
	// mailer: dear Ada, your chair is on its way, for 200.00
	// mailer: dear Bob, your lamp is on its way, for 60.00
	// mailer: dear Cleo, your table is on its way, for 310.00
}
