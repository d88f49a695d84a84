package peers

// Missing are peers that are not measured, for the Go module proxy where these
// benchmarks were written refused to list their versions.
var Missing = []string{
	"github.com/gookit/event",
	"github.com/jilio/ebu",
	"github.com/kelindar/event",
	"github.com/maniartech/signals",
	"github.com/mustafaturan/bus",
	"github.com/olebedev/emitter",
	"github.com/quasilyte/gsignal",
	"github.com/simonfxr/pubsub",
}
