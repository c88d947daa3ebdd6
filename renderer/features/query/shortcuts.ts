/** Every key of the query pane, for the sheet that shows them. Ctrl is Cmd on a Mac. */

export interface ShortcutGroup {
  readonly title: string
  readonly keys: readonly (readonly [keys: string, what: string])[]
}

export const shortcutGroups: readonly ShortcutGroup[] = [
  {
    title: 'Run',
    keys: [
      ['F5', 'Execute the script, or what is selected of it'],
      ['Alt+F5, Ctrl+Enter', 'Execute the statement at the caret'],
      ['F7', 'Explain the statement at the caret'],
      ['Shift+F7', 'Explain and analyze it, which runs it'],
      ['Alt+Shift+C', 'Cancel what runs'],
      ['Ctrl+Shift+M', 'Commit'],
      ['Ctrl+Shift+R', 'Rollback'],
      ['Alt+Shift+X', 'How scripts run'],
      ['F8', 'Save results to a file'],
      ['Ctrl+0 to 9, Alt+F1 to F12', 'Macros that have this key'],
    ],
  },
  {
    title: 'Edit',
    keys: [
      ['Alt+Shift+N', 'Edit menu'],
      ['Ctrl+Space', 'Complete'],
      ['Ctrl+F', 'Find'],
      ['F3, Shift+F3', 'Next and previous match'],
      ['Ctrl+Shift+F, Ctrl+Alt+F', 'Replace'],
      ['Ctrl+L', 'Go to line and column'],
      ['Ctrl+K', 'Format what is selected, or all of it'],
      ['Ctrl+/', 'Comment and uncomment'],
      ['Ctrl+Shift+U', 'Toggle the case of what is selected'],
      ['Tab, Shift+Tab', 'Indent and unindent'],
      ['Ctrl+Alt+L', 'Clear the text'],
      ['Ctrl+Z, Ctrl+Y', 'Undo and redo'],
      ['Escape, then Tab', 'Leave the editor'],
    ],
  },
  {
    title: 'Several carets',
    keys: [
      ['Alt+click', 'Add a caret'],
      ['Alt+drag', 'Select a rectangle'],
      ['Ctrl+Alt+Up, Ctrl+Alt+Down', 'Add a caret above or below'],
      ['Ctrl+D', 'Select the next occurrence too'],
    ],
  },
  {
    title: 'In the rows',
    keys: [
      ['Enter', 'Show the value'],
      ['Space', 'Show the row as a form; on a name: sort by it'],
      ['Ctrl+C', 'Copy the cells'],
      ['Ctrl+F', 'Find; F3 and Shift+F3 go on'],
      ['Shift+F10', 'Menu of the cell or of the column'],
      ['Shift+Left, Shift+Right', 'On a name: make the column narrower or wider'],
    ],
  },
  {
    title: 'Tabs and files',
    keys: [
      ['Ctrl+O', 'Open a file in a new tab'],
      ['Ctrl+S', 'Save the text as a file'],
      ['Alt+Shift+[, Alt+Shift+]', 'Previous and next tab'],
      ['Ctrl+\\', 'Put two tabs side by side, or one alone again'],
      ['Alt+Shift+\\', 'Go to the other side'],
      ['Left, Right', 'On a tab: choose another'],
      ['Delete', 'On a tab: close it'],
      ['Ctrl+K', 'Outside of the editor: search or run a command'],
    ],
  },
]
