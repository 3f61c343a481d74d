# usage: zsh -f complete.zsh zsh|fish PATH LINE: prints the line as the tab key leaves it.
#
# PATH  the folder of the completion, for zsh; its file, for fish
#
# PATIENCE  seconds that a completion may take, 0.5 unless told
#
# Both complete only on a terminal, so this makes one; the key Ctrl-T shows what stands there.
setopt extended_glob
zmodload zsh/zpty || exit
case $1 in
zsh)
  zpty shell zsh -f -i || exit
  zpty -w shell "PROMPT= RPROMPT= fpath=(${(q)2} \$fpath); autoload -Uz compinit && compinit -D -u
tell() { print -rn -- '<'; print -rn -- \"\$BUFFER\"; print -r -- '>' }; zle -N tell
bindkey '^I' complete-word; bindkey '^T' tell; echo REA''DY"
  ;;
fish)
  TERM=dumb zpty shell fish --no-config --interactive || exit
  zpty -w shell "source ${(q)2}; bind \\t complete; bind \\ct 'printf \"<%s>\" (commandline)'; echo REA''DY"
  ;;
esac
zpty -r -m shell output '*READY*' || exit
zpty -w -n shell "$3"$'\t'
sleep ${PATIENCE:-0.5}
zpty -w -n shell $'\x14'
zpty -r -m shell output $'*<[^<>]#>*' || exit
print -r -- "${${output##*<}%%>*}"
zpty -d shell
