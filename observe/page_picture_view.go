package observe

// A pictureView is what is shown of a picture.
type pictureView struct {
	Error string
	Lists []pictureList
}

// A pictureList is one kind of difference between a picture and a program.
type pictureList struct {
	Title, Text string
	Items       []pictureLine
}

type pictureLine struct{ Name, Note, At string }

// pictureView shows a comparison, for one signal or, without a name, for all. d may be
// nil.
func (*page) pictureView(d *pictureDiff, signal string) *pictureView {
	if d == nil {
		return nil
	}
	v := &pictureView{Error: d.Error}
	for _, list := range []struct {
		title, text string
		items       []pictureItem
	}{
		{"Declared, not here", "This program does not have these signals.", d.NotHere},
		{"Never sent", "Nobody has sent these signals since the program was started.", d.NeverSent},
		{"Not declared", "The source that the graph was made of does not declare these signals.", d.NotDeclared},
		{"Not connected", "The source connects these receivers. They are not connected now.", d.NotConnected},
		{"Connected, not in the source", "The source that the graph was made of does not show who connects these receivers.", d.NotInSource},
	} {
		lines := pictureLines(list.items, signal)
		if len(lines) > 0 {
			v.Lists = append(v.Lists, pictureList{list.title, list.text, lines})
		}
	}
	return v
}

func pictureLines(items []pictureItem, signal string) (lines []pictureLine) {
	for _, item := range items {
		if signal != "" && item.Signal != signal {
			continue
		}
		line := pictureLine{Name: item.Signal, At: item.At}
		if item.Receiver != "" {
			line.Name, line.Note = item.Receiver, item.Signal
		}
		lines = append(lines, line)
	}
	return lines
}
