package main

func Example() {
	main()
	// Output:
	// stock: 4 × chair handed out, 36 left
	// mail to staff: the first order of the day is from Ada
	// mail to Ada: 4 × chair for 199.00
	// audit: order 1, 19900 cents
	// stock: 3 × lamp handed out, 3 left
	// mail to buyer: only 3 lamp left
	// mail to Bob: 3 × lamp for 60.00
	// audit: order 2, 6000 cents
	// stock: 1 × lamp handed out, 2 left
	// mail to buyer: only 2 lamp left
	// mail to Ada: 1 × lamp for 17.00
	// mail to Ada: one lamp is seldom enough
	// audit: order 3, 1700 cents
	// shop: sorry, Cleo: order 4 is refused: signal order.checking: receiver github.com/signalgen/signalgen/examples/shop/stock.Shelf.Check: sold out: 2 lamp left, 5 wanted
}
