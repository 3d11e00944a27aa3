/** Special cases of the array API standard, read off its text by hand: function, arguments -> result; float32 throughout. */
export const specialCases = `
acos NaN -> NaN
acos 1.5 -> NaN
acos -1.5 -> NaN
acos 1 -> 0
acosh NaN -> NaN
acosh 0.5 -> NaN
acosh 1 -> 0
acosh inf -> inf
add inf -inf -> NaN
add -inf inf -> NaN
add inf inf -> inf
add -inf -inf -> -inf
add -0 -0 -> -0
add -0 0 -> 0
add 0 0 -> 0
add 1 -1 -> 0
add NaN 1 -> NaN
asin -0 -> -0
asin 0 -> 0
asin 2 -> NaN
asinh -0 -> -0
asinh inf -> inf
asinh -inf -> -inf
atan -0 -> -0
atan2 0 0 -> 0
atan2 -0 0 -> -0
atan2 0 1 -> 0
atan2 -0 1 -> -0
atan2 1 inf -> 0
atan2 -1 inf -> -0
atan2 NaN 1 -> NaN
atanh 1 -> inf
atanh -1 -> -inf
atanh 2 -> NaN
atanh -0 -> -0
ceil -0.5 -> -0
ceil -0 -> -0
ceil inf -> inf
ceil NaN -> NaN
copysign 1 -0 -> -1
copysign 0 -1 -> -0
copysign inf -1 -> -inf
cos 0 -> 1
cos -0 -> 1
cos inf -> NaN
cosh -inf -> inf
cosh 0 -> 1
divide 0 0 -> NaN
divide inf inf -> NaN
divide 1 0 -> inf
divide 1 -0 -> -inf
divide -1 0 -> -inf
divide 0 -1 -> -0
divide inf -1 -> -inf
divide 1 -inf -> -0
exp -inf -> 0
exp inf -> inf
exp -0 -> 1
expm1 -inf -> -1
expm1 -0 -> -0
expm1 inf -> inf
floor -0 -> -0
floor -0.5 -> -1
floor -inf -> -inf
floorDivide 0 0 -> NaN
floorDivide inf inf -> NaN
floorDivide 1 0 -> inf
floorDivide 0 -1 -> -0
floorDivide 1 -inf -> -0
floorDivide 1 inf -> 0
hypot inf NaN -> inf
hypot NaN -inf -> inf
hypot NaN 1 -> NaN
hypot 0 -3 -> 3
log 0 -> -inf
log -0 -> -inf
log -1 -> NaN
log 1 -> 0
log inf -> inf
log1p -1 -> -inf
log1p -2 -> NaN
log1p -0 -> -0
log2 0 -> -inf
log2 1 -> 0
log10 0 -> -inf
log10 1 -> 0
logaddexp NaN 1 -> NaN
logaddexp inf 1 -> inf
logaddexp inf -inf -> inf
maximum NaN 1 -> NaN
maximum 1 NaN -> NaN
minimum NaN -inf -> NaN
multiply inf 0 -> NaN
multiply -inf 0 -> NaN
multiply -1 0 -> -0
multiply inf -inf -> -inf
multiply -0 -0 -> 0
pow NaN 0 -> 1
pow NaN -0 -> 1
pow 1 NaN -> 1
pow -1 inf -> 1
pow 0.5 inf -> 0
pow 0.5 -inf -> inf
pow 2 -inf -> 0
pow inf -1 -> 0
pow -inf 3 -> -inf
pow -inf 2 -> inf
pow -inf -3 -> -0
pow -0 3 -> -0
pow -0 2 -> 0
pow -0 -3 -> -inf
pow 0 -1 -> inf
pow -2 0.5 -> NaN
remainder 1 0 -> NaN
remainder 0 1 -> 0
remainder -0 1 -> 0
remainder 0 -1 -> -0
remainder inf 1 -> NaN
remainder 1 inf -> 1
remainder -1 inf -> inf
round 2.5 -> 2
round 3.5 -> 4
round -0.5 -> -0
round -0 -> -0
sign -0 -> 0
sign NaN -> NaN
sign -inf -> -1
sin -0 -> -0
sin inf -> NaN
sinh -0 -> -0
sinh -inf -> -inf
sqrt -0 -> -0
sqrt -1 -> NaN
sqrt inf -> inf
square -inf -> inf
square -0 -> 0
subtract inf inf -> NaN
subtract 0 0 -> 0
subtract -0 0 -> -0
tan -0 -> -0
tan inf -> NaN
tanh inf -> 1
tanh -inf -> -1
tanh -0 -> -0
trunc -0.5 -> -0
trunc 0.5 -> 0
trunc inf -> inf
sum [] -> 0
prod [] -> 1
mean [] -> NaN
max [1,NaN] -> NaN
min [NaN,1] -> NaN
sum [inf,-inf] -> NaN
var [NaN,1] -> NaN
`
